(component
  (component $c
    (type $i (record (field "x" u32)))
    (export $inner "inner" (type $i))
    (type $o (record (field "i" $inner)))
    (export "outer" (type $o)))
  (instance $types (instantiate $c))
  (export "acme:a/types@0.1.0" (instance $types)))
