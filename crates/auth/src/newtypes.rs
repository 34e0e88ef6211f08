//! The two kinds of values behind sessions, keys and tokens: secrets, and the 32 bytes that a store keeps in their place.

/// Defines a secret text. It is wiped from memory when it is dropped, and `Debug` does not show it.
macro_rules! secret_text {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[derive(Clone)]
        pub struct $name(zeroize::Zeroizing<String>);

        impl $name {
            /// The secret itself. Each call is a place where it could leak.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    };
}

/// Defines 32 bytes that a store keeps. `digest` is a SHA-256 that may be shown and compared as any value, in hexadecimal
/// digits; `fingerprint` is compared in constant time, and `Debug` does not show it.
macro_rules! stored_bytes {
    ($(#[$attribute:meta])* digest $name:ident) => {
        stored_bytes! { @bytes $(#[$attribute])* #[derive(PartialEq, Eq, Hash, PartialOrd, Ord)] $name }

        impl std::fmt::Display for $name {
            /// 64 hexadecimal digits.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
    ($(#[$attribute:meta])* fingerprint $name:ident) => {
        stored_bytes! { @bytes $(#[$attribute])* $name }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                subtle::ConstantTimeEq::ct_eq(self.0.as_slice(), other.0.as_slice()).into()
            }
        }

        impl Eq for $name {}

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    };
    (@bytes $(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[derive(Clone, Copy)]
        pub struct $name([u8; 32]);

        impl $name {
            /// From the bytes of a store.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The bytes, for a store.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }
    };
}

pub(crate) use {secret_text, stored_bytes};
