(component $golden:nested
  (type (;0;)
    (instance
      (type (;0;) (func (param "text" string)))
      (export (;0;) "line" (func (type 0)))
    )
  )
  (import "test:log/log@1.0.0" (instance (;0;) (type 0)))
  (type (;1;) (func (result u32)))
  (import "count" (func (;0;) (type 1)))
  (component $outer (;0;)
  ) ;; the 68 lines of what was given
  (instance $outer (;1;) (instantiate $outer
      (with "test:log/log@1.0.0" (instance 0))
      (with "count" (func 0))
    )
  )
  (alias export $outer "test:count/numbers@1.0.0" (instance (;2;)))
  (export (;3;) "test:count/numbers@1.0.0" (instance 2))
  (@producers
    (processed-by "weld" "0.1.0")
  )
  (@custom "weld" "{\22version\22:1,\22weld\22:\220.1.0\22,\22components\22:[{\22name\22:\22outer\22,\22sha256\22:\22274663926655cb089bf55d0273964a0cb3adb3cffcf4caef82bd140237d71ba5\22}],\22grants\22:[]}")
)
