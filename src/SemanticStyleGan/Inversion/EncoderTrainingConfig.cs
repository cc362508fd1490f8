namespace SemanticStyleGan.Inversion;

/// <summary>Everything that decides what the training of an encoder does. The defaults take minutes: most samples are used several times.</summary>
public sealed record EncoderTrainingConfig
{
    /// <summary>Steps of Adam.</summary>
    public int Steps { get; init; } = 1500;

    /// <summary>Samples of the model in a step.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The model's samples that are kept to be drawn from.</summary>
    public int PoolSize { get; init; } = 2048;

    /// <summary>Samples of the pool that a step replaces by new ones.</summary>
    public int Fresh { get; init; } = 2;

    /// <summary>Samples whose guess is brought up to date in a step, so that the encoder learns to correct itself.</summary>
    public int Advanced { get; init; } = 2;

    /// <summary>Pictures of the data in a step that has some.</summary>
    public int PictureBatchSize { get; init; } = 4;

    /// <summary>One step in so many has pictures of the data too; 0 for none.</summary>
    public int PictureInterval { get; init; } = 2;

    /// <summary>Weight of the pictures' distance, against the mean squared error of codes in units of their variance.</summary>
    public double PictureWeight { get; init; } = 2;

    /// <summary>Weight of the masks' distance within it.</summary>
    public double MaskWeight { get; init; } = 0.2;

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
        Require(BatchSize is >= 1 and <= 4096 && PictureBatchSize is >= 1 and <= 4096, "a batch size is not from 1 to 4096");
        Require(PoolSize >= BatchSize, $"poolSize {PoolSize}, expected at least batchSize {BatchSize}");
        Require(Fresh >= 0 && Fresh <= PoolSize && Advanced >= 0 && Advanced <= BatchSize && PictureInterval >= 0, "a number of samples is out of range");
        Require(LearningRate is > 0 and <= 1, $"learningRate {LearningRate}, expected more than 0, at most 1");
        Require(PictureWeight >= 0 && MaskWeight >= 0, "a loss weight is negative");
        return faults.Count == 0 ? this : throw new InputException($"encoder training configuration: {string.Join("; ", faults)}.");
    }
}
