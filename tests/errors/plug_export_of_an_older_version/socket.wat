(component (import "acme:kv/store@1.2.0" (instance
  (export "get" (func (result u32)))
  (export "get-many" (func (result (list u32)))))))
