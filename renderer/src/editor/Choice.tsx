// SPDX-License-Identifier: MIT
// A text field with a list of what is usual in it. Any other text may be typed: numbers without a name, an interface
// that is about to appear.
import { ChevronDown, CircleAlert } from 'lucide-react';
import { Button, ComboBox, Input, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components';

export interface Option {
  /** What the field reads when it is taken. */
  text: string;
  /** Stands muted beside it: the number, the state of the interface. */
  hint?: string;
}

export interface ChoiceProps {
  label: string;
  place: string;
  value: string;
  onChange: (text: string) => void;
  disabled: boolean;
  mark: string | undefined;
  options: readonly Option[];
  placeholder?: string;
  mono?: boolean;
}

export function Choice(props: ChoiceProps) {
  const { label, place, value, onChange, disabled, mark, options, placeholder, mono } = props;
  const chosen = options.some((option) => option.text === value) ? value : null;
  return (
    <ComboBox
      className="editor-control"
      data-invalid={mark === undefined ? undefined : ''}
      aria-label={label}
      {...(mark === undefined ? {} : { 'aria-describedby': mark })}
      allowsCustomValue
      isDisabled={disabled}
      isInvalid={mark !== undefined}
      validationBehavior="aria"
      inputValue={value}
      selectedKey={chosen}
      onInputChange={onChange}
      onSelectionChange={(key) => {
        if (key !== null) onChange(String(key));
      }}
      defaultItems={options}
    >
      <Input
        className={`editor-input${mono ? ' mono' : ''}`}
        data-place={place}
        title={value}
        spellCheck={false}
        {...(placeholder === undefined ? {} : { placeholder })}
      />
      {mark !== undefined && <CircleAlert className="editor-mark" size={13} aria-hidden />}
      <Button className="editor-chevron">
        <ChevronDown size={13} aria-hidden />
      </Button>
      <Popover className="popover editor-list" placement="bottom start" offset={3} containerPadding={4}>
        <ListBox>
          {(option: Option) => (
            <ListBoxItem id={option.text} textValue={option.text} className="editor-option">
              <Text slot="label" className={mono ? 'mono' : ''}>
                {option.text}
              </Text>
              {option.hint !== undefined && (
                <Text slot="description" className="muted">
                  {option.hint}
                </Text>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
