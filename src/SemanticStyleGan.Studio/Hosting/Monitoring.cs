using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace SemanticStyleGan.Studio.Hosting;

/// <summary><c>/health</c>, and <c>/metrics</c> in Prometheus' text format.</summary>
/// <remarks>Source: https://prometheus.io/docs/instrumenting/exposition_formats/. Written here because the usual package would bring a dozen others.</remarks>
internal sealed class Monitoring(Workshop shop)
{
    private static readonly double[] Buckets = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60];
    private readonly ConcurrentDictionary<(string Endpoint, string Status), Durations> durations = [];

    internal async Task Measure(HttpContext context, RequestDelegate next)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            if (context.GetEndpoint() is RouteEndpoint endpoint && endpoint.RoutePattern.RawText is { } route && route.StartsWith("/api", StringComparison.Ordinal))
            {
                string status = context.RequestAborted.IsCancellationRequested ? "left" : context.Response.StatusCode.ToString(CultureInfo.InvariantCulture);
                durations.GetOrAdd((route, status), _ => new Durations()).Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
    }

    internal void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/health", () => new { status = "ok", model = shop.Describe().Name, rendersWaiting = shop.Queue.Waiting, longTasks = shop.LongWork.Present })
            .WithSummary("Whether the studio works, and how much it has to do.");
        app.MapGet("/metrics", () => TypedResults.Text(Describe(), "text/plain; version=0.0.4", Encoding.UTF8)).WithSummary("Counts and durations in Prometheus' text format.");
    }

    private string Describe()
    {
        StringBuilder text = new();
        void Line(string line) => text.Append(line).Append('\n');
        void Gauge(string name, string help, double value)
        {
            Line($"# HELP {name} {help}");
            Line($"# TYPE {name} gauge");
            Line(string.Create(CultureInfo.InvariantCulture, $"{name} {value}"));
        }

        Gauge("studio_renders_waiting", "Renders that wait.", shop.Queue.Waiting);
        Gauge("studio_long_tasks", "Long tasks that run or wait.", shop.LongWork.Present);
        Gauge("studio_resident_bytes", "Resident memory of the process.", Environment.WorkingSet);
        const string name = "studio_request_duration_seconds";
        Line($"# HELP {name} How long requests to the API took; status 'left' where the client did not wait.");
        Line($"# TYPE {name} histogram");
        foreach (((string endpoint, string status), Durations all) in durations.OrderBy(d => d.Key))
            all.Describe($"endpoint=\"{endpoint}\",status=\"{status}\"", name, Line);
        return text.ToString();
    }

    private sealed class Durations
    {
        private readonly Lock change = new();
        private readonly long[] counts = new long[Buckets.Length];
        private long count;
        private double sum;

        internal void Add(double seconds)
        {
            lock (change)
            {
                count++;
                sum += seconds;
                for (int i = 0; i < Buckets.Length; i++)
                    if (seconds <= Buckets[i]) counts[i]++;
            }
        }

        internal void Describe(string labels, string name, Action<string> line)
        {
            lock (change)
            {
                for (int i = 0; i < Buckets.Length; i++) line(string.Create(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"{Buckets[i]}\"}} {counts[i]}"));
                line($"{name}_bucket{{{labels},le=\"+Inf\"}} {count}");
                line(string.Create(CultureInfo.InvariantCulture, $"{name}_sum{{{labels}}} {sum}"));
                line($"{name}_count{{{labels}}} {count}");
            }
        }
    }
}
