(component
  (import "read-all" (func))
  (import "filled" (func)))
