(component
  (import "greet" (func (result string)))
  (import "limit" (func (result u32))))
