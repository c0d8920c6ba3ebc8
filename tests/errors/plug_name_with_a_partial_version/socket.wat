(component (import "acme:a/types@1" (instance)))
