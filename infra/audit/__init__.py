"""The auditor's proofs 审计证据: tree heads signed and published, proofs cut from them, and the program that checks them elsewhere.

`notes` signs as C2SP's signed notes say; `checkpoints` grows the trees and signs their heads; `proofs` cuts a proof file;
`tampering` holds a copy of the log against the signed heads; `verify_evidence` is the reader's own program: one file, nothing but the
standard library, nothing of ours.
"""
