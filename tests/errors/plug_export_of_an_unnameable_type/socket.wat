(component
  (import "acme:a/types@0.1.0" (instance $types
    (export "inner" (type $inner (sub resource)))
    (type $o (record (field "i" (own $inner))))
    (export "outer" (type (eq $o)))
    (export "touch" (func))))
  (alias export $types "outer" (type $outer))
  (instance $api (export "outer" (type $outer)))
  (export "acme:a/api@0.1.0" (instance $api)))
