(component
  (import "acme:kv/store@0.1.0" (instance
    (type $e (record (field "last-seen" u32) (field "lastseen" u32)))
    (export "entry" (type (eq $e)))
    (export "touch" (func)))))
