(component (import "acme:kv/store@1.2.0" (instance (export "size" (func (result u32))))))
