"""Life-cycle management 全程管理: what is said of a record once it is kept."""
