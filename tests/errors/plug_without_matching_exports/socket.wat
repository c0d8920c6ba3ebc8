(component
  (import "HELLO-world" (func (result string)))
  (import "acme:log/log@0.3.0" (instance))
  (import "acme:metrics/counter@1.0.0" (instance))
  (import "acme:kv/store" (instance))
  (import "colour" (func))
  (import "unlike-anything" (func)))
