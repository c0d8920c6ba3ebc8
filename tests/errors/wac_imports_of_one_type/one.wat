(component
  (type $t (instance (type $r (record (field "x" u32))) (export "r" (type (eq $r)))))
  (import "acme:kv/first" (instance (type $t)))
  (import "acme:kv/second" (instance (type $t))))
