using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// Where the activations of a pass let their input through, and where they take a fifth of it; in the passes after <see cref="Hold"/> they do the same whatever
/// comes, and layers leave their biases out: the network is then the linear map that its derivative is.
/// </summary>
internal sealed class Gates : IDisposable
{
    private readonly List<Tensor> open = []; // bool
    private int next;

    /// <summary>Whether they are held.</summary>
    internal bool Held { get; private set; }

    /// <summary>From here on nothing is learned of the input.</summary>
    internal void Hold() => Held = true;

    /// <summary>The activation of the next layer, in place where it is the true one.</summary>
    internal Tensor Activate(Tensor x)
    {
        if (!Held)
        {
            Tensor y = Activation.LeakyInPlace(x);
            using IDisposable _ = no_grad();
            open.Add((y > Constant(0)).DetachFromDisposeScope());
            return y;
        }
        Tensor gate = open[next];
        next = (next + 1) % open.Count;
        using Tensor closed = x * Constant(Activation.Slope);
        return where(gate, x, closed);
    }

    public void Dispose()
    {
        foreach (Tensor gate in open) gate.Dispose();
    }
}
