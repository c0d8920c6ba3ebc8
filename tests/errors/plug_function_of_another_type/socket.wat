(component
  (import "acme:kv/store@0.1.0" (instance
    (export "count" (func (result u32)))
    (export "get" (func (param "key" string) (result (option string)))))))
