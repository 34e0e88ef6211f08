//! Settings that are one of several names.

use super::from_text::{FromText, quoted};

/// An enum whose variants an operator writes by name. The names stand here alone; the registry refers to them.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$about])* $variant,)+ }

        impl $name {
            /// The names, as an operator writes them.
            pub const NAMES: &'static [&'static str] = &[$($text),+];

            /// The name, as an operator writes it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl FromText for $name {
            fn from_text(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(format!("{} is not known", quoted(text))),
                }
            }
        }
    };
}

choice! {
    /// An authenticator.
    Authenticator {
        /// A token in the `Authorization` header.
        Jwt = "jwt",
        /// The session cookie.
        Session = "session",
        /// Username and password with every request.
        Basic = "basic",
        /// An API key in the `Authorization` header.
        Token = "token",
    }
}

impl Authenticator {
    /// The scheme of the `Authorization` header that it claims, where no setting names it.
    pub(super) const fn scheme(self) -> Option<&'static str> {
        match self {
            Self::Basic => Some("Basic"),
            Self::Token => Some("Token"),
            Self::Jwt | Self::Session => None,
        }
    }
}

choice! {
    /// What a caller must satisfy; the names are those of the framework's permission classes.
    Permission {
        /// Nothing.
        AllowAny = "allow_any",
        /// An account.
        IsAuthenticated = "is_authenticated",
        /// To be staff.
        IsAdmin = "is_admin",
        /// An account, or a read.
        IsAuthenticatedOrReadOnly = "is_authenticated_or_read_only",
        /// To hold the model's add, change or delete permission, for writes.
        ModelPermissions = "model_permissions",
        /// The same, and reads are open to everyone.
        ModelPermissionsOrAnonReadOnly = "model_permissions_or_anon_read_only",
    }
}

choice! {
    /// How lists are cut into pages.
    PaginationStyle {
        /// Not at all.
        None = "none",
        /// `?page=`.
        PageNumber = "page_number",
        /// `?limit=` and `?offset=`.
        LimitOffset = "limit_offset",
        /// `?cursor=`.
        Cursor = "cursor",
    }
}

choice! {
    /// How tokens are signed by a secret.
    JwtAlgorithm {
        /// HMAC with SHA-256.
        Hs256 = "HS256",
        /// HMAC with SHA-384.
        Hs384 = "HS384",
        /// HMAC with SHA-512.
        Hs512 = "HS512",
    }
}

impl From<JwtAlgorithm> for presspass_auth::tokens::Algorithm {
    fn from(algorithm: JwtAlgorithm) -> Self {
        match algorithm {
            JwtAlgorithm::Hs256 => Self::Hs256,
            JwtAlgorithm::Hs384 => Self::Hs384,
            JwtAlgorithm::Hs512 => Self::Hs512,
        }
    }
}

choice! {
    /// Which package's tokens and answers are on the wire.
    JwtWire {
        /// djangorestframework-jwt 1.11.
        DjangorestframeworkJwt = "djangorestframework-jwt",
        /// drf-jwt 1.19.
        DrfJwt = "drf-jwt",
    }
}

impl From<JwtWire> for presspass_auth::tokens::TokenWire {
    fn from(wire: JwtWire) -> Self {
        match wire {
            JwtWire::DjangorestframeworkJwt => Self::DjangorestframeworkJwt,
            JwtWire::DrfJwt => Self::DrfJwt,
        }
    }
}

choice! {
    /// How new passwords are hashed.
    PasswordScheme {
        /// By who made the database: Django always reads PBKDF2, but bcrypt only where it is installed.
        Auto = "auto",
        /// bcrypt over the SHA-256 of the password.
        BcryptSha256 = "bcrypt_sha256",
        /// PBKDF2 with SHA-256.
        Pbkdf2Sha256 = "pbkdf2_sha256",
    }
}

choice! {
    /// Whether older hashes are rewritten at login.
    PasswordUpgrade {
        /// Where we made the database.
        Auto = "auto",
        /// Always.
        Always = "true",
        /// Never.
        Never = "false",
    }
}
