(component
  (import "greet" (func (result string)))
  (import "acme:log/log@0.3.0" (instance (export "write" (func (param "line" string))))))
