(component
  (import "limit" (func (result u64)))
  (import "text" (func $text (result string)))
  (export "greet" (func $text)))
