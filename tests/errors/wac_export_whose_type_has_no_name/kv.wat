(component
  (component $c (type $r (resource (rep i32))) (export "entry" (type $r)))
  (instance $i (instantiate $c))
  (export "acme:kv/kv" (instance $i)))
