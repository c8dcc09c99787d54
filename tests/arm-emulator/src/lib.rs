//! A stand-in for Azure Resource Manager, login and Microsoft Graph on loopback.
