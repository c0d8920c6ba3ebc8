(component (import "acme:mid/api@1.0.0" (instance (export "get" (func (result u32))))))
