/// What SimpleRNN, GRU and LSTM have in common: an RNN over vectors that files describe by the arguments of its cell.
public class VectorRNN: RNN {
    override var inputRank: Int? { 3 }
    override var savesCell: Bool { false }
}
