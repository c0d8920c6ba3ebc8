(component
  (import "acme:a/types@0.1.0" (instance $types
    (type $i (record (field "x" u32)))
    (export "inner" (type $inner (eq $i)))
    (type $o (record (field "i" $inner)))
    (export "outer" (type (eq $o)))
    (export "touch" (func))))
  (alias export $types "outer" (type $outer))
  (instance $api (export "outer" (type $outer)))
  (export "acme:a/api@0.1.0" (instance $api)))
