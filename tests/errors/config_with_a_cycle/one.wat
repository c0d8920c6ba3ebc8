(component
  (import "test:digits/tens" (instance $digit (export "get" (func (result u32)))))
  (export "ones" (instance $digit)))
