using SemanticStyleGan.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>One of the optimisation steps that an iteration consists of (system of StyleGAN2: main and lazy regularisation phases).</summary>
/// <param name="Name">What the log calls its loss.</param>
/// <param name="Interval">The phase runs in every so many iterations.</param>
/// <param name="Networks">The networks that it moves; all others are held.</param>
/// <param name="Optimizers">Those networks' optimisers.</param>
/// <param name="Losses">
/// The weighted losses, scalars, of this rank's slices of the batch: their sum over all ranks' slices, divided by the number of slices, is the loss of
/// the batch. They are taken one by one, each gradient before the next loss. Every slice notes the same names.
/// </param>
internal sealed record Phase(string Name, int Interval, IReadOnlyList<nn.Module> Networks, IReadOnlyList<Adam> Optimizers, Func<IReadOnlyList<StepInput>, IEnumerable<Tensor>> Losses)
{
    /// <summary>A phase whose loss is a mean over samples: each slice has its own.</summary>
    public Phase(string name, int interval, IReadOnlyList<nn.Module> networks, IReadOnlyList<Adam> optimizers, Func<StepInput, Tensor> loss)
        : this(name, interval, networks, optimizers, slices => slices.Select(loss)) { }

    /// <summary>Likewise, where a slice has several losses.</summary>
    public Phase(string name, int interval, IReadOnlyList<nn.Module> networks, IReadOnlyList<Adam> optimizers, Func<StepInput, IEnumerable<Tensor>> losses)
        : this(name, interval, networks, optimizers, slices => slices.SelectMany(slice => AddedUp(networks, losses(slice)))) { }

    /// <summary>The phase begins when so many images were seen.</summary>
    public long From { get; init; }

    /// <summary>And it ends when so many were.</summary>
    public long Until { get; init; } = long.MaxValue;

    /// <summary>Whether the phase takes part in an iteration that begins after so many images.</summary>
    public bool RunsIn(long iteration, long imagesSeen) => Interval > 0 && iteration % Interval == 0 && imagesSeen >= From && imagesSeen < Until;

    // The gradients of one slice are added up before they join what other slices have left: ranks and micro-batches round alike.
    private static IEnumerable<Tensor> AddedUp(IReadOnlyList<nn.Module> networks, IEnumerable<Tensor> losses)
    {
        (Tensor Parameter, Tensor Gradient)[] others = [.. networks.SelectMany(n => n.parameters()).Where(p => p.grad is not null).Select(p => ((Tensor)p, p.grad!.DetachFromDisposeScope()))];
        foreach ((Tensor parameter, _) in others) parameter.grad = null;
        foreach (Tensor loss in losses) yield return loss;
        foreach ((Tensor parameter, Tensor gradient) in others)
        {
            parameter.grad = parameter.grad is { } own ? gradient.Plus(own) : gradient;
            gradient.Dispose();
        }
    }
}

/// <summary>What a phase may use of one slice of the batch.</summary>
/// <param name="Slice">Which samples of the batch these are.</param>
/// <param name="Image">Real images <c>[N, 3, R, R]</c> in [-1, 1].</param>
/// <param name="Mask">Real masks <c>[N, K, R, R]</c>: 1 for the pixel's class, −1 for the others; null where the discriminator sees images only.</param>
/// <param name="Random">All randomness of the phase.</param>
/// <param name="Note">Takes named scalars for the log.</param>
internal sealed record StepInput(BatchSlice Slice, Tensor Image, Tensor? Mask, SampleRandom Random, Action<string, double> Note)
{
    /// <summary>Samples in the slice.</summary>
    public int Count => (int)Image.shape[0];
}
