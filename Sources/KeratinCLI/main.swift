print("keratin")
