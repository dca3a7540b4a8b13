# The Python twin of main.swift.
import keras
import numpy as np
from keras import layers

width, letters = 128, 13
question, answer = keras.Input((None, letters)), keras.Input((None, letters))
_, h, c = layers.LSTM(width, return_state=True)(question)
decoder = layers.LSTM(width, return_sequences=True, return_state=True)
read = layers.Dense(letters, activation="softmax")
steps, _, _ = decoder(answer, initial_state=[h, c])
model = keras.Model(inputs=[question, answer], outputs=read(steps))

alphabet = {letter: number for number, letter in enumerate("0123456789+ <")}


def code(text, length):
    return [alphabet[letter] for letter in text.ljust(length)]


def make_sums(count):
    pairs = np.random.randint(0, 1_000, (count, 2))
    answers = [code(str(a + b), 5) for a, b in pairs]
    hot = np.eye(letters, dtype="float32")
    questions = hot[[code(f"{a}+{b}", 7) for a, b in pairs]]
    return questions, hot[[[12] + answer[:-1] for answer in answers]], hot[answers]


questions, shifted, answers = make_sums(50_000)
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit([questions, shifted], answers, batch_size=128, epochs=10, validation_split=0.1)

encode = keras.Model(question, [h, c])
state_h, state_c = keras.Input((width,)), keras.Input((width,))
one, next_h, next_c = decoder(answer, initial_state=[state_h, state_c])
decode = keras.Model([answer, state_h, state_c], [read(one), next_h, next_c])

state = encode.predict(questions[:1])
letter, text = np.eye(letters)[[[12]]], []
for _ in range(5):
    out, *state = decode.predict([letter, *state], verbose=0)
    text.append(int(out[0, 0].argmax()))
    letter = np.eye(letters)[[[text[-1]]]]
print(text)
