using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SemanticStyleGan.Studio.Rendering;

namespace SemanticStyleGan.Studio.Hosting;

/// <summary>Turns what went wrong into an answer (RFC 9457): 400 bad input, 413 too large, 503 busy, 500 a fault of ours, without its details.</summary>
internal sealed class Problems(ILogger<Problems> log)
{
    internal async Task Invoke(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to answer.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            (int status, string detail) = e switch
            {
                InputException => (400, e.Message),
                BadHttpRequestException bad => (bad.StatusCode, bad.InnerException is System.Text.Json.JsonException json ? json.Message : bad.Message),
                BusyException => (503, e.Message),
                _ => (500, "an error of the studio; its log has the details."),
            };
            if (status == 500) log.LogError(e, "{Method} {Path}: {Error}", context.Request.Method, context.Request.Path, e.Message);
            if (status == 503) context.Response.Headers.RetryAfter = "1";
            await TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);
        }
    }
}
