"""What the return values of PKCS #11 mean to the caller 令牌返回值."""

from __future__ import annotations

from egovarchive.errors import (
    AlgorithmUnsupportedError,
    AuthenticationFailedError,
    KeyNotFoundError,
    PolicyRefusedError,
    SignerUnavailableError,
    SigningError,
)

# By the name of the exception in python-pkcs11, which is that of the value.
_LOST = frozenset(
    {
        "SessionHandleInvalid",
        "SessionClosed",
        "UserNotLoggedIn",
        "KeyHandleInvalid",
        "ObjectHandleInvalid",
        "DeviceRemoved",
        "TokenNotPresent",
        "TokenNotRecognised",
        "OperationActive",
        "OperationNotInitialized",
    }
)
_MEANINGS: dict[str, type[SigningError]] = {
    **dict.fromkeys(_LOST, SignerUnavailableError),
    "PinIncorrect": AuthenticationFailedError,
    "PinInvalid": AuthenticationFailedError,
    "PinLenRange": AuthenticationFailedError,
    "PinExpired": AuthenticationFailedError,
    "PinLocked": AuthenticationFailedError,
    "PinTooWeak": AuthenticationFailedError,
    "UserPinNotInitialized": AuthenticationFailedError,
    "AnotherUserAlreadyLoggedIn": AuthenticationFailedError,
    "UserTooManyTypes": AuthenticationFailedError,
    "NoSuchKey": KeyNotFoundError,
    "NoSuchToken": KeyNotFoundError,
    "SlotIDInvalid": KeyNotFoundError,
    "MechanismInvalid": AlgorithmUnsupportedError,
    "MechanismParamInvalid": AlgorithmUnsupportedError,
    "FunctionNotSupported": AlgorithmUnsupportedError,
    "KeyTypeInconsistent": AlgorithmUnsupportedError,
    "KeySizeRange": AlgorithmUnsupportedError,
    "FunctionRejected": PolicyRefusedError,
    "DeviceError": SignerUnavailableError,
    "DeviceMemory": SignerUnavailableError,
    "HostMemory": SignerUnavailableError,
    "SessionCount": SignerUnavailableError,
    "FunctionFailed": SignerUnavailableError,
    "FunctionCancelled": SignerUnavailableError,
}


def is_lost(error: Exception) -> bool:
    """Return whether *error* says that the token has forgotten our session."""
    return type(error).__name__ in _LOST


def refusal(error: Exception) -> SigningError:
    """
    Return what *error*, of python-pkcs11, means to the caller.

    Only its name is told: texts of libraries may hold anything.
    """
    name = type(error).__name__
    kind = _MEANINGS.get(name, SigningError)
    return kind(f"the token refuses: {name}", f"令牌拒绝操作：{name}")
