(component
  (import "log" (func))
  (import "acme:kv/store@1.0.0" (instance (export "get" (func (result u32)))))
  (import "wasi:filesystem/types@0.2.6" (instance
    (export "descriptor" (type $descriptor (sub resource)))
    (export "[method]descriptor.sync" (func (param "self" (borrow $descriptor))))
    (export "[method]descriptor.sync-data" (func (param "self" (borrow $descriptor)))))))
