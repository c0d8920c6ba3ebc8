(component (import "acme:kv/store@1.0.0" (instance (export "get" (func (result u32))))))
