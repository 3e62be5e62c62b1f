"""The sentence encoder 句向量 of a door: what a text is about, in two vectors of 128 signed bytes.

bge-small-zh-v1.5, quantised (MIT; 24 MB, from a Maven artefact), run by onnxruntime on one core. `pieces` cuts a text into the
model's word pieces · `model` finds the model and runs it · `projection` is how `projection_1.npy` was made · `fetch` brings the
model. Vectors are computed once, at the door, and recorded: nothing that replays ever runs the encoder.
"""
