using SemanticStyleGan.Distributed;
using SemanticStyleGan.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>
/// The probability with which the discriminator's inputs are augmented. If it is adaptive it rises while the discriminator overfits, which shows in the
/// mean sign of its logits on real data, r = E[sign(D(real))], and falls while it does not (Karras et al. 2020, §3).
/// </summary>
public sealed class AdaptiveAugmentation : IDisposable
{
    /// <summary>What the log calls the mean sign of the logits on real data.</summary>
    internal const string Signal = "real_sign";

    private const string StateName = "augmentation";
    private const int BatchesBetweenChanges = 4;
    private readonly AugmentationConfig config;
    private readonly Tensor numbers; // probability, sum of signs, batches since the last change; float64 on the CPU

    /// <summary>Begins with the configured probability.</summary>
    public AdaptiveAugmentation(AugmentationConfig config)
    {
        this.config = config;
        double start = config.Mode == AugmentationMode.None ? 0 : config.Probability;
        numbers = tensor(new double[] { start, 0, 0 }).DetachFromDisposeScope();
    }

    /// <summary>Whether anything is ever augmented.</summary>
    public bool IsOn => config.Mode != AugmentationMode.None;

    /// <summary>The probability of each operation now.</summary>
    public double Probability => numbers.data<double>()[0];

    /// <summary>Learns from one batch of real data; every fourth changes the probability.</summary>
    /// <param name="meanSign">The mean of the signs of D(real), -1 to 1, over all ranks.</param>
    /// <param name="batchSize">Images in the batch, over all ranks.</param>
    public void Observe(double meanSign, int batchSize)
    {
        if (config.Mode != AugmentationMode.Adaptive) return;
        double[] now = numbers.data<double>().ToArray();
        (double probability, double signs, double batches) = (now[0], now[1] + meanSign, now[2]);
        if (++batches == BatchesBetweenChanges)
        {
            double step = batchSize * batches / config.RampImages;
            probability = Math.Clamp(probability + Math.Sign(signs / batches - config.Target) * step, 0, AugmentationConfig.MostProbability);
            (signs, batches) = (0, 0);
        }
        using Tensor next = tensor(new double[] { probability, signs, batches });
        numbers.copy_(next);
    }

    /// <inheritdoc/>
    public void Dispose() => numbers.Dispose();

    /// <summary>What the discriminator sees of images and masks; see <see cref="JointAugmentation.Apply"/>.</summary>
    internal (Tensor Images, Tensor? Masks) Apply(Tensor images, Tensor? masks, SampleRandom random)
    {
        if (Probability <= 0) return (images, masks);
        using Tensor uniform = random.Uniform((int)images.shape[0], JointAugmentation.Draws);
        return JointAugmentation.Apply(images, masks, Probability, uniform);
    }

    /// <summary>What a checkpoint keeps; nothing where nothing changes.</summary>
    internal IEnumerable<KeyValuePair<string, Tensor>> State() => config.Mode == AugmentationMode.Adaptive ? [new(StateName, numbers)] : [];

    internal void Load(SafetensorsFile file)
    {
        if (config.Mode == AugmentationMode.Adaptive) file.ReadInto(StateName, numbers);
    }

    internal void Broadcast(ProcessGroup group) => group.Broadcast(numbers);
}
