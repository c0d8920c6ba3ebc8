(component (import "run" (func)))
