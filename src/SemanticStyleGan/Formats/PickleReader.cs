using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace SemanticStyleGan.Formats;

/// <summary>
/// A pickle machine that executes nothing: it builds plain values, and the few objects that <see cref="PyTorchObjects"/> lists.
/// Any other name or operation is refused with its place. No step recurses, and every value costs a bounded number of bytes
/// for each byte of the pickle.
/// </summary>
/// <remarks>Values: null, bool, long, BigInteger, double, string, byte[], tuple as object?[], list and set as List, PickleDict, and those objects.
/// Source of the opcodes: Python's pickletools module documentation.</remarks>
internal sealed class PickleReader
{
    private const int LongestNumber = 32;

    private static readonly object True = true, False = false;
    private static readonly object?[] EmptyTuple = [];

    private readonly PickleInput input;
    private readonly PyTorchObjects objects;
    private readonly List<object?> stack = [];
    private readonly List<int> marks = [];
    private readonly List<object?> memo = [];

    private PickleReader(PickleInput input, PyTorchObjects objects)
    {
        this.input = input;
        this.objects = objects;
    }

    /// <summary>Reads one pickle up to and including its STOP.</summary>
    /// <exception cref="CheckpointFormatException">It is damaged or holds something that is not on the list; file and offset are named.</exception>
    public static object? Read(PickleInput input, PyTorchObjects objects)
    {
        PickleReader reader = new(input, objects);
        try
        {
            byte code;
            do code = input.Byte();
            while (!reader.Step(code));
            return reader.Pop();
        }
        catch (FormatException e)
        {
            throw input.Bad(e.Message);
        }
    }

    /// <summary>A value's kind in words, for errors; never its content, which may nest without end.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "None",
        string text => text.Length <= 60 ? $"'{text}'" : $"'{text[..60]}...'",
        bool or long or double => FormattableString.Invariant($"{value}"),
        BigInteger => "a large number",
        byte[] => "bytes",
        object?[] tuple => $"a tuple of {tuple.Length}",
        List<object?> list => $"a list of {list.Count}",
        PickleDict => "a dict",
        PyTorchTensor => "a tensor",
        PickleGlobal global => global.Name,
        _ => "an object",
    };

    // Returns true at STOP.
    private bool Step(byte code)
    {
        switch ((char)code)
        {
            case '.': return true;
            case '\x80': CheckProtocol(input.Byte()); break;
            case '\x95': input.Number(8); break; // FRAME: a hint only
            case '(': marks.Add(stack.Count); break;
            case '0': Pop(); break;
            case '1': PopMark(); break;
            case '2': Push(Peek()); break;
            case 'N': Push(null); break;
            case '\x88': Push(True); break;
            case '\x89': Push(False); break;
            case 'K': Push((long)input.Byte()); break;
            case 'M': Push((long)input.Number(2)); break;
            case 'J': Push((long)(int)(uint)input.Number(4)); break;
            case '\x8a': PushInteger(input.Number(1)); break;
            case '\x8b': PushInteger(input.Number(4)); break;
            case 'G': Push(BinaryPrimitives.ReadDoubleBigEndian(input.Bytes(8))); break;
            case 'X': Push(Text(input.Number(4))); break;
            case '\x8c': Push(Text(input.Number(1))); break;
            case '\x8d': Push(Text(input.Number(8))); break;
            case 'U': Push(Encoding.Latin1.GetString(input.Bytes(input.Number(1)))); break; // str of Python 2
            case 'T': Push(Encoding.Latin1.GetString(input.Bytes(input.Number(4)))); break;
            case 'C': Push(input.Bytes(input.Number(1))); break;
            case 'B': Push(input.Bytes(input.Number(4))); break;
            case '\x8e' or '\x96': Push(input.Bytes(input.Number(8))); break;
            case ')': Push(EmptyTuple); break;
            case 't': Push(PopMark()); break;
            case '\x85': Push(PopTuple(1)); break;
            case '\x86': Push(PopTuple(2)); break;
            case '\x87': Push(PopTuple(3)); break;
            case ']' or '\x8f': Push(new List<object?>()); break; // list and set
            case 'l' or '\x91': Push(new List<object?>(PopMark())); break; // list and frozenset
            case 'a': Append(PopTuple(1)); break;
            case 'e' or '\x90': Append(PopMark()); break;
            case '}': Push(new PickleDict()); break;
            case 'd': SetItems(PopMark(), new PickleDict(), push: true); break;
            case 's': SetItems(PopTuple(2), Peek(), push: false); break;
            case 'u': SetItems(PopMark(), Peek(), push: false); break;
            case 'q': Memorize(input.Number(1)); break;
            case 'r': Memorize(input.Number(4)); break;
            case '\x94': Memorize((ulong)memo.Count); break;
            case 'h': Push(Remembered(input.Number(1))); break;
            case 'j': Push(Remembered(input.Number(4))); break;
            case 'c': Push(PyTorchObjects.Resolve(input.Line(), input.Line())); break;
            case '\x93': ResolveFromStack(); break;
            case 'R': Construct(); break;
            case '\x81': Construct(); break; // NEWOBJ: the same for the classes on the list
            case 'b': Build(); break;
            case 'Q': Push(objects.Storage(Pop())); break;
            default: throw new FormatException($"the pickle operation 0x{code:x2} is not supported; it is damaged or no checkpoint");
        }
        return false;
    }

    private static void CheckProtocol(byte protocol)
    {
        if (protocol is < 2 or > 5) throw new FormatException($"pickle protocol {protocol} is not supported; supported are 2 to 5");
    }

    private void Push(object? value) => stack.Add(value);

    private object? Peek()
    {
        if (stack.Count == (marks.Count > 0 ? marks[^1] : 0)) throw new FormatException("a value is missing (the pickle is damaged)");
        return stack[^1];
    }

    private object? Pop()
    {
        object? value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private object?[] PopTuple(int count)
    {
        object?[] tuple = new object?[count];
        while (count > 0) tuple[--count] = Pop();
        return tuple;
    }

    private object?[] PopMark()
    {
        if (marks.Count == 0) throw new FormatException("a mark is missing (the pickle is damaged)");
        int start = marks[^1];
        object?[] values = [.. System.Runtime.InteropServices.CollectionsMarshal.AsSpan(stack)[start..]];
        stack.RemoveRange(start, values.Length);
        marks.RemoveAt(marks.Count - 1);
        return values;
    }

    private void Append(object?[] values)
    {
        if (Peek() is not List<object?> list) throw new FormatException($"expected a list, found {Describe(Peek())}");
        if (list.Count == 0) list.Capacity = values.Length; // by itself it would take four places for one
        list.AddRange(values);
    }

    private void SetItems(object?[] values, object? target, bool push)
    {
        if (target is not PickleDict dict) throw new FormatException($"expected a dict, found {Describe(target)}");
        if (values.Length % 2 != 0) throw new FormatException("a dict has a key without a value (the pickle is damaged)");
        for (int i = 0; i < values.Length; i += 2) dict.Set(values[i], values[i + 1]);
        if (push) Push(dict);
    }

    private void Memorize(ulong index)
    {
        // Python numbers them one by one; leaps would let a few bytes ask for a large table.
        if (index > (ulong)memo.Count) throw new FormatException($"memo {index} comes before memo {memo.Count}");
        if (index == (ulong)memo.Count) memo.Add(Peek());
        else memo[(int)index] = Peek();
    }

    private object? Remembered(ulong index) =>
        index < (ulong)memo.Count ? memo[(int)index] : throw new FormatException($"memo {index} is not there (the pickle is damaged)");

    private void PushInteger(ulong bytes)
    {
        if (bytes > LongestNumber) throw new FormatException($"a number of {bytes} bytes");
        BigInteger number = new(input.Bytes(bytes));
        if (number < long.MinValue || number > long.MaxValue) Push(number);
        else Push((long)number);
    }

    private string Text(ulong bytes) => Encoding.UTF8.GetString(input.Bytes(bytes));

    private void ResolveFromStack()
    {
        object?[] names = PopTuple(2);
        if (names is not [string module, string name]) throw new FormatException("a global without its name (the pickle is damaged)");
        Push(PyTorchObjects.Resolve(module, name));
    }

    private void Construct()
    {
        object?[] parts = PopTuple(2);
        if (parts is not [PickleGlobal callable, object?[] arguments])
            throw new FormatException($"{Describe(parts[0])} can't be called (the pickle is damaged)");
        Push(PyTorchObjects.Construct(callable, arguments));
    }

    private void Build()
    {
        object? state = Pop();
        switch (Peek())
        {
            case PickleNamespace space when state is PickleDict attributes: space.Attributes = attributes; break;
            case PickleDict: break; // an OrderedDict's own attributes, such as the versions of its modules
            default: throw new FormatException($"a state is given to {Describe(Peek())}, which has none");
        }
    }
}
