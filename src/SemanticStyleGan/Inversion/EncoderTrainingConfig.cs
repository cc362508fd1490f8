namespace SemanticStyleGan.Inversion;

/// <summary>Everything that decides what the training of an encoder does. The defaults take minutes.</summary>
public sealed record EncoderTrainingConfig
{
    /// <summary>Steps of Adam.</summary>
    public int Steps { get; init; } = 4000;

    /// <summary>Pictures in a step.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Batches that are in work, each with the encoder's guess so far: a step corrects those of one of them.</summary>
    public int Groups { get; init; } = 24;

    /// <summary>One batch in so many holds the model's own samples, the others pictures of the data, where there are data.</summary>
    public int SampleInterval { get; init; } = 4;

    /// <summary>Weight of the codes' mean squared error, in units of their variance, for the model's own samples.</summary>
    public double CodeWeight { get; init; } = 0.1;

    /// <summary>Adam's largest learning rate; it falls along a half cosine.</summary>
    public double LearningRate { get; init; } = 0.003;

    /// <summary>Seed of weights, samples and order.</summary>
    public long Seed { get; init; }

    /// <summary>Returns this configuration if it is consistent.</summary>
    /// <exception cref="InputException">Lists everything that is not.</exception>
    public EncoderTrainingConfig Validate()
    {
        List<string> faults = [];
        void Require(bool holds, string fault)
        {
            if (!holds) faults.Add(fault);
        }

        Require(Steps >= 1, $"steps {Steps}, expected at least 1");
        Require(BatchSize is >= 1 and <= 4096, $"batchSize {BatchSize}, expected 1 to 4096");
        Require(Groups is >= 1 and <= 65536, $"groups {Groups}, expected 1 to 65536");
        Require(SampleInterval >= 1, $"sampleInterval {SampleInterval}, expected at least 1");
        Require(LearningRate is > 0 and <= 1, $"learningRate {LearningRate}, expected more than 0, at most 1");
        Require(CodeWeight >= 0, $"codeWeight {CodeWeight}, expected at least 0");
        return faults.Count == 0 ? this : throw new InputException($"encoder training configuration: {string.Join("; ", faults)}.");
    }
}
