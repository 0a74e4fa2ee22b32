"""Archive concluded government-service cases 政务服务办件归档."""

__version__ = "0.1.0"
