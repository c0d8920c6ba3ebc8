(component
  (import "wasi:filesystem/types@0.2.6" (instance $types (export "descriptor" (type (sub resource)))))
  (alias export $types "descriptor" (type $descriptor))
  (import "wasi:filesystem/preopens@0.2.6" (instance
    (alias outer 1 $descriptor (type $of-types))
    (export "descriptor" (type $own (eq $of-types)))
    (type $handle (own $own))
    (type $entry (tuple $handle string))
    (type $entries (list $entry))
    (export "get-directories" (func (result $entries))))))
