# The oracle: runs the steps of a script on a component in wasmtime, one request a line on stdin, one answer a line on stdout.
# Values come and go as wire.ts writes them. Wasmtime's own Python types convert them, with every variant as a tagged one.
import base64
import json
import math
import struct
import sys

import wasmtime
from wasmtime import Engine, Store
from wasmtime.component import Component, Linker, ResourceHost, ResourceType
from wasmtime.component import _types as types

types.VariantLikeType._tagged = lambda self: True

HOST = 'tspin:abi/host@1.0.0'
GUEST = 'tspin:abi/guest@1.0.0'
RESOURCE = 1
OTHER = 2
engine = Engine()


def from_wire(ty, wire):
    match ty:
        case types.Bool() | types.Char() | types.String() | types.EnumType():
            return wire
        case types.F32() | types.F64():
            return math.nan if wire == 'nan' else struct.unpack('>d', bytes.fromhex(wire))[0]
        case types.ListType():
            items = [from_wire(ty.element, item) for item in wire]
            return bytes(items) if ty._is_bytes() else items
        case types.TupleType():
            return tuple(from_wire(part, item) for part, item in zip(ty.elements, wire))
        case types.RecordType():
            record = types.Record()
            for (name, part), item in zip(ty.fields, wire):
                setattr(record, name, from_wire(part, item))
            return record
        case types.FlagsType():
            return set(wire)
        case types.OwnType():
            return ResourceHost.own(wire, RESOURCE)
        case types.BorrowType():
            return ResourceHost.borrow(wire, RESOURCE)
        case types.VariantLikeType():
            payload = dict(ty._cases())[wire[0]]
            return types.Variant(wire[0], from_wire(payload, wire[1]) if payload is not None else None)
        case _:
            return int(wire)


def to_wire(store, ty, value):
    match ty:
        case types.Bool() | types.Char() | types.String() | types.EnumType():
            return value
        case types.F32() | types.F64():
            return 'nan' if math.isnan(value) else struct.pack('>d', value).hex()
        case types.ListType():
            return [to_wire(store, ty.element, item) for item in value]
        case types.TupleType():
            return [to_wire(store, part, item) for part, item in zip(ty.elements, value)]
        case types.RecordType():
            return [to_wire(store, part, getattr(value, name)) for name, part in ty.fields]
        case types.FlagsType():
            return [name for name in ty.names if name in value]
        case types.OwnType() | types.BorrowType():
            return value.to_host(store).rep
        case types.VariantLikeType():
            payload = dict(ty._cases())[value.tag]
            return [value.tag] if payload is None else [value.tag, to_wire(store, payload, value.payload)]
        case _:
            return str(value)


class Script:
    """One component, and the instance of it that lives now."""

    def __init__(self, binary, functions, handle_functions):
        self.component = Component(engine, binary)
        self.linker = Linker(engine)
        self.given = None
        self.taken = None
        self.dropped = []
        self.seen = []
        with self.linker.root() as root:
            with root.add_instance(HOST) as host:
                host.add_resource('thing', ResourceType.host(RESOURCE), lambda store, rep: self.dropped.append(rep))
                host.add_resource('other', ResourceType.host(OTHER), lambda store, rep: self.dropped.append(rep))
                for number in range(functions):
                    host.add_func(f'take{number}', lambda store, value: self.take(store, value))
                    host.add_func(f'give{number}', lambda store: self.given)
                host.add_func('note', lambda store, value: None)
                host.add_func('make', lambda store, rep: ResourceHost.own(rep, RESOURCE))
                host.add_func('make-other', lambda store, rep: ResourceHost.own(rep, OTHER))
                for name in handle_functions:
                    host.add_func(name, self.see(name))
        self.start()

    def start(self):
        self.store = Store(engine)
        self.instance = self.linker.instantiate(self.store, self.component)
        self.guest = self.instance.get_export_index(self.store, GUEST)
        self.functions = {}

    def see(self, name):
        def reps(store, value):
            return [reps(store, item) for item in value] if isinstance(value, list) else value.to_host(store).rep

        return lambda store, *args: self.seen.append([name, *(reps(store, arg) for arg in args)])

    def take(self, store, value):
        self.taken = value

    def function(self, name):
        found = self.functions.get(name)
        if found is None:
            func = self.instance.get_func(self.store, self.instance.get_export_index(self.store, name, self.guest))
            ty = func.type(self.store)
            found = self.functions[name] = (func, [part for _, part in ty.params], ty.result)
        return found

    def step(self, name, args):
        if name == 'start':
            self.start()
            return None
        func, params, result = self.function(name)
        if name.startswith('call-give'):
            _, (param,), _ = self.function(name.replace('call-give', 'accept'))
            self.given = from_wire(param, args[0])
            args = []
        self.taken = None
        value = func(self.store, *[from_wire(ty, arg) for ty, arg in zip(params, args)])
        if name.startswith('call-take'):
            _, (param,), _ = self.function(name.replace('call-take', 'accept'))
            return to_wire(self.store, param, self.taken)
        return None if result is None else to_wire(self.store, result, value)

    def outcome(self, name, args):
        self.dropped = []
        self.seen = []
        try:
            value = self.step(name, args)
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            return {'trap': ' '.join(str(error).split())}
        happened = {'dropped': self.dropped, 'seen': self.seen}
        return {'value': value, **{name: list for name, list in happened.items() if list}}


for line in sys.stdin:
    request = json.loads(line)
    script = Script(base64.b64decode(request['component']), request['functions'], request.get('handleFunctions', []))
    answers = []
    for name, *args in request['steps']:
        answers.append(script.outcome(name, args))
        if 'trap' in answers[-1]:
            script.start()
    print(json.dumps(answers), flush=True)
