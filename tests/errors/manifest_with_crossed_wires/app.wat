(component
  (import "a:b/left@1.0.0" (instance (export "get" (func (result u32)))))
  (import "a:b/other@1.0.0" (instance (export "get" (func (result bool)))))
  (import "a:b/right@1.0.0" (instance (export "get" (func (result string))))))
