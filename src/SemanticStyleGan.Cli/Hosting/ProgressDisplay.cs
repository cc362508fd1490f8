using System.Collections.Concurrent;
using System.Diagnostics;
using SemanticStyleGan.Runtime;
using Spectre.Console;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>
/// Shows work in progress on the error stream: a live bar with rate and time left on a terminal, an occasional plain line elsewhere.
/// </summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    /// <summary>Runs <paramref name="work"/> on the calling thread; it may report from any thread, as often as it likes.</summary>
    internal static void Run(string title, Action<IProgress<WorkProgress>> work) => Run(title, progress => { work(progress); return true; });

    /// <inheritdoc cref="Run(string, Action{IProgress{WorkProgress}})"/>
    internal static T Run<T>(string title, Func<IProgress<WorkProgress>, T> work) =>
        Console.IsErrorRedirected ? work(new PlainLines(title)) : RunLive(title, work);

    private static T RunLive<T>(string title, Func<IProgress<WorkProgress>, T> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        ConcurrentDictionary<int, string> summaries = new();
        return console.Progress()
            .AutoRefresh(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new SummaryColumn(summaries))
            .Start(context => work(new LiveBars(context, title, summaries)));
    }

    /// <summary>For example <c>1,200/5,000 images, 83.1 images/s, 0:45 left, loss 0.7</c>.</summary>
    internal static string Summarize(WorkProgress state, WorkRate rate)
    {
        List<string> parts = [state.Total is { } total ? $"{state.Done:N0}/{total:N0} {state.Unit}" : $"{state.Done:N0} {state.Unit}"];
        if (rate.PerSecond is { } perSecond) parts.Add($"{perSecond.ToString(perSecond < 100 ? "0.0" : "N0")} {state.Unit}/s");
        if (state.Done < state.Total && rate.Left(state.Total) is { } left) parts.Add($"{Duration(left)} left");
        if (state.Detail is not null) parts.Add(state.Detail);
        return string.Join(", ", parts);
    }

    private static string Duration(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes}:{time.Seconds:00}";

    private sealed class PlainLines(string title) : IProgress<WorkProgress>
    {
        private readonly Lock _gate = new();
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private WorkRate _rate = new();
        private string? _stage;
        private TimeSpan _next = PlainInterval;

        public void Report(WorkProgress value)
        {
            lock (_gate)
            {
                if (_stage != value.Stage) (_rate, _stage) = (new WorkRate(), value.Stage);
                _rate.Add(_clock.Elapsed, value.Done);
                // Short work stays silent but for its end; long work says where it is now and then.
                if (_clock.Elapsed < _next && value.Done != value.Total) return;
                _next = _clock.Elapsed + PlainInterval;
                Console.Error.WriteLine($"{(value.Stage.Length > 0 ? value.Stage : title)}: {Summarize(value, _rate)}");
            }
        }
    }

    private sealed class LiveBars(ProgressContext context, string title, ConcurrentDictionary<int, string> summaries) : IProgress<WorkProgress>
    {
        private readonly Lock _gate = new();
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private readonly Dictionary<string, (ProgressTask Task, WorkRate Rate)> _stages = [];

        public void Report(WorkProgress value)
        {
            lock (_gate)
            {
                if (!_stages.TryGetValue(value.Stage, out (ProgressTask Task, WorkRate Rate) stage))
                    _stages[value.Stage] = stage = (context.AddTask(Markup.Escape(value.Stage.Length > 0 ? value.Stage : title)), new WorkRate());
                stage.Rate.Add(_clock.Elapsed, value.Done);
                stage.Task.IsIndeterminate = value.Total is null;
                stage.Task.MaxValue = Math.Max(value.Total ?? value.Done + 1, 1);
                stage.Task.Value = value.Done;
                summaries[stage.Task.Id] = Summarize(value, stage.Rate);
            }
        }
    }

    private sealed class SummaryColumn(ConcurrentDictionary<int, string> summaries) : ProgressColumn
    {
        public override Spectre.Console.Rendering.IRenderable Render(Spectre.Console.Rendering.RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(summaries.GetValueOrDefault(task.Id, "")).Overflow(Overflow.Ellipsis);
    }
}
