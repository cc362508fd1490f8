using Google.Protobuf;
using SemanticStyleGan.Exporting.Format;
using static TorchSharp.torch;

namespace SemanticStyleGan.Exporting;

/// <summary>An ONNX graph being built: every call adds a node and returns the name of its result.</summary>
/// <param name="name">The graph's name.</param>
/// <param name="half">Weights are stored as float16 and cast when the graph is loaded; it computes in float32 all the same.</param>
/// <param name="given">Which inputs with a standard value must be given instead; the others of them are fixed then. Null: all may be given.</param>
internal sealed class OnnxGraph(string name, bool half, IReadOnlyCollection<string>? given)
{
    private readonly GraphProto graph = new() { Name = name };
    private readonly Dictionary<string, string> integers = [];
    private int count;

    /// <summary>A dimension of any size.</summary>
    internal const string Batch = "N";

    /// <summary>Declares an input of float32; a dimension is a number or a name.</summary>
    internal string Input(string name, string about, params object[] shape)
    {
        graph.Input.Add(Value(name, about, shape));
        return name;
    }

    /// <summary>Declares an input of float32 that has a value where none is given.</summary>
    internal string Input(string name, string about, Tensor standard, params object[] shape)
    {
        bool mustBeGiven = given?.Contains(name) == true;
        if (!mustBeGiven) graph.Initializer.Add(Store(name, standard.to(ScalarType.Float32)));
        return mustBeGiven || given is null ? Input(name, about, shape) : name;
    }

    /// <summary>Declares a value as an output of float32.</summary>
    internal void Output(string value, string name, string about, params object[] shape)
    {
        Add("Identity", [value], [name]);
        graph.Output.Add(Value(name, about, shape));
    }

    /// <summary>A constant of float32.</summary>
    internal string Constant(Tensor value)
    {
        string name = Next("w");
        graph.Initializer.Add(Store(name, value.to(half ? ScalarType.Float16 : ScalarType.Float32)));
        return half ? Node("Cast", [name], ("to", (long)TensorProto.Types.DataType.Float)) : name;
    }

    /// <summary>A constant number of float32, never rounded to float16.</summary>
    internal string Number(double value)
    {
        string name = Next("c");
        graph.Initializer.Add(Store(name, tensor((float)value)));
        return name;
    }

    /// <summary>A constant list of numbers of float32, never rounded to float16.</summary>
    internal string Numbers(params double[] values)
    {
        string name = Next("c");
        graph.Initializer.Add(Store(name, tensor(values).to(ScalarType.Float32)));
        return name;
    }

    /// <summary>A constant list of whole numbers: shapes, axes, indices.</summary>
    internal string Integers(params long[] values)
    {
        string key = string.Join(',', values);
        if (integers.TryGetValue(key, out string? known)) return known;
        string name = Next("i");
        graph.Initializer.Add(Store(name, tensor(values)));
        return integers[key] = name;
    }

    /// <summary>A constant whole number.</summary>
    internal string Scalar(long value)
    {
        string name = Next("i");
        graph.Initializer.Add(Store(name, tensor(value)));
        return name;
    }

    /// <summary>A node with one result. Attributes are whole numbers, lists of them, float numbers or texts.</summary>
    internal string Node(string operation, string[] inputs, params (string Name, object Value)[] attributes)
    {
        string result = Next(operation);
        Add(operation, inputs, [result], attributes);
        return result;
    }

    internal string Multiply(string a, string b) => Node("Mul", [a, b]);

    internal string Plus(string a, string b) => Node("Add", [a, b]);

    internal string Product(string a, string b) => Node("MatMul", [a, b]);

    /// <summary>Another shape; 0 keeps a dimension, −1 is what is left.</summary>
    internal string Reshape(string x, params long[] shape) => Node("Reshape", [x, Integers(shape)]);

    internal string Transpose(string x, params long[] order) => Node("Transpose", [x], ("perm", order));

    /// <summary>The sum over an axis, which stays with size 1.</summary>
    internal string Sum(string x, long axis) => Node("ReduceSum", [x, Integers(axis)], ("keepdims", 1L));

    internal string Concat(long axis, params string[] parts) => Node("Concat", parts, ("axis", axis));

    /// <summary>Elements from <paramref name="start"/> (included) to <paramref name="end"/> (not included) of an axis.</summary>
    internal string Slice(string x, long axis, long start, long end) => Node("Slice", [x, Integers(start), Integers(end), Integers(axis)]);

    /// <summary>Leaky ReLU with slope 0.2; its gain √2 is in the weights before it.</summary>
    internal string Leaky(string x) => Node("LeakyRelu", [x], ("alpha", 0.2f));

    /// <summary>1/√(x + 1e-8).</summary>
    internal string InverseRoot(string x) => Node("Reciprocal", [Node("Sqrt", [Plus(x, Number(1e-8))])]);

    /// <summary>The graph as the bytes of a model file.</summary>
    /// <exception cref="InputException">The model is larger than the format's 2 GB.</exception>
    internal byte[] Encode(int opset, IReadOnlyDictionary<string, string> metadata)
    {
        ModelProto model = new()
        {
            IrVersion = opset >= 21 ? 10 : 8,
            ProducerName = "SemanticStyleGan",
            ProducerVersion = typeof(OnnxGraph).Assembly.GetName().Version!.ToString(3),
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = opset } },
        };
        foreach ((string key, string value) in metadata) model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        if (graph.Initializer.Sum(i => (long)i.RawData.Length) > int.MaxValue - (1 << 20))
            throw new InputException("the model is larger than 2 GB, the most that an ONNX file holds; export it with --half.");
        return model.ToByteArray();
    }

    private void Add(string operation, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        NodeProto node = new() { OpType = operation, Name = outputs[0], Input = { inputs }, Output = { outputs } };
        foreach ((string name, object value) in attributes) node.Attribute.Add(Attribute(name, value));
        graph.Node.Add(node);
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        long number => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = number },
        float number => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = number },
        string text => new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        long[] numbers => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { numbers } },
        _ => throw new ArgumentException($"attribute {name} of {value.GetType()}"),
    };

    private static TensorProto Store(string name, Tensor value)
    {
        using Tensor data = value.detach().cpu().contiguous();
        return new TensorProto
        {
            Name = name,
            Dims = { data.shape },
            DataType = data.dtype switch
            {
                ScalarType.Float32 => TensorProto.Types.DataType.Float,
                ScalarType.Float16 => TensorProto.Types.DataType.Float16,
                ScalarType.Int64 => TensorProto.Types.DataType.Int64,
                _ => throw new ArgumentException($"{name} of {data.dtype}"),
            },
            RawData = ByteString.CopyFrom(data.bytes),
        };
    }

    private static ValueInfoProto Value(string name, string about, object[] shape)
    {
        TensorShapeProto dimensions = new();
        foreach (object size in shape)
            dimensions.Dim.Add(size is string symbol ? new TensorShapeProto.Types.Dimension { DimParam = symbol } : new() { DimValue = Convert.ToInt64(size) });
        return new()
        {
            Name = name,
            DocString = about,
            Type = new TypeProto { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = dimensions } },
        };
    }

    private string Next(string kind) => $"{kind}_{count++}";
}
