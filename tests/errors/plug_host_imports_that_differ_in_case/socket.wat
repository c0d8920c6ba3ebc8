(component
  (import "greet" (func (result string)))
  (import "TEXT" (func (result string))))
