namespace SemanticStyleGan.Cli.Hosting;

/// <summary>Units a second over about the last half minute, so that a pause or a warm-up is soon forgotten.</summary>
internal sealed class WorkRate
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private readonly Queue<(TimeSpan Time, long Done)> _samples = new();
    private (TimeSpan Time, long Done) _last;

    /// <summary>Notes that <paramref name="done"/> units were done at <paramref name="time"/>; the first call sets the start.</summary>
    internal void Add(TimeSpan time, long done)
    {
        if (_samples.Count == 0 || time - _last.Time > TimeSpan.FromMilliseconds(200)) _samples.Enqueue((time, done));
        _last = (time, done);
        while (_samples.Count > 2 && time - _samples.Peek().Time > Window) _samples.Dequeue();
    }

    /// <summary>Units a second, or null until there is something to measure.</summary>
    internal double? PerSecond =>
        _samples.TryPeek(out (TimeSpan Time, long Done) first) && _last.Time > first.Time && _last.Done > first.Done
            ? (_last.Done - first.Done) / (_last.Time - first.Time).TotalSeconds
            : null;

    /// <summary>Time until <paramref name="total"/> units are done, or null if unknown.</summary>
    internal TimeSpan? Left(long? total) => total is { } t && PerSecond is { } rate
        ? TimeSpan.FromSeconds(Math.Min((t - _last.Done) / rate, TimeSpan.FromDays(999).TotalSeconds))
        : null;
}
