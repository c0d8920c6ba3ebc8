(component
  (import "test:digits/tens" (instance (export "get" (func (result u32)))))
  (import "ones" (instance (export "get" (func (result u32))))))
