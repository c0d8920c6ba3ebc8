(component
  (component $c (type $r (record (field "x" u32))) (export "entry" (type $r)))
  (instance $i (instantiate $c))
  (export "acme:kv/kv" (instance $i)))
