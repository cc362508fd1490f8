using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace SemanticStyleGan.Studio.Api;

/// <summary>Reports as server-sent events: <c>report</c> each, then <c>done</c>, or <c>error</c> with one line.</summary>
internal static class EventStream
{
    internal static ServerSentEventsResult<object> Of<T>(IAsyncEnumerable<T> reports, CancellationToken stop) where T : notnull => TypedResults.ServerSentEvents(Items(reports, stop));

    private static async IAsyncEnumerable<SseItem<object>> Items<T>(IAsyncEnumerable<T> reports, [EnumeratorCancellation] CancellationToken stop) where T : notnull
    {
        await using IAsyncEnumerator<T> each = reports.GetAsyncEnumerator(stop);
        string? error = null;
        while (true)
        {
            try
            {
                if (!await each.MoveNextAsync()) break;
            }
            catch (InputException e)
            {
                error = e.Message;
                break;
            }
            yield return new SseItem<object>(each.Current, "report");
        }
        yield return error is null ? new SseItem<object>(new object(), "done") : new SseItem<object>(new { detail = error }, "error");
    }
}
