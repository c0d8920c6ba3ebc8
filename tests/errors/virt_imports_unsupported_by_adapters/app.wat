(component
  (import "locked-dep=<acme:log>" (func))
  (import "acme:kv/store" (instance (export "inner" (instance (export "get" (func))))))
  (import "acme:kv/types" (instance (type $t (instance)) (export "t" (type (eq $t))) (export "get" (func)))))
