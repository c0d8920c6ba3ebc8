(component
  (import "a" (fnc)))
