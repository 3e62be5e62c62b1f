from tests.infra.verifying.conftest import told, verifying_face  # noqa: F401  the same staged world
