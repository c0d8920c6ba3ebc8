(component
  (import "ones" (instance $digit (export "get" (func (result u32)))))
  (export "test:digits/tens" (instance $digit)))
