(component
  (component $c
    (type $e (record (field "last-seen" u32) (field "lastseen" u32)))
    (export "entry" (type $e))
    (core module $m (func (export "touch")))
    (core instance $m (instantiate $m))
    (func (export "touch") (canon lift (core func $m "touch"))))
  (instance $i (instantiate $c))
  (export "acme:kv/store@0.1.0" (instance $i)))
